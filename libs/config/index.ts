export { type Config, type ConfigProblems, readConfig, type VariableName, variables } from './config.ts'
export { type KeyMaterial, keyMaterial } from './variables.ts'
