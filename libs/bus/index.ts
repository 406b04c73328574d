export { type Announcements, announcements } from './announcements.ts'
export { defaultGroupCommitLimits, type GroupCommit, type GroupCommitLimits, type GroupCommitOptions, groupCommit } from './group-commit.ts'
