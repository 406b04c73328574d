export { type Config, type ConfigProblems, readConfig, type VariableName } from './config.ts'
export { type KeyMaterial, keyMaterial } from './variables.ts'
