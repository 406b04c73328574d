export interface CreateWorkspace {
  readonly kind: 'create'
  readonly workspaceId: string
  readonly name: string
  readonly audience: string
  readonly hosts: readonly string[]
}

/** Members left out stay as they are. */
export interface ChangeWorkspace {
  readonly kind: 'change'
  readonly audience?: string
  readonly hosts?: readonly string[]
}

export interface DeleteWorkspace {
  readonly kind: 'delete'
}

export type WorkspaceCommand = CreateWorkspace | ChangeWorkspace | DeleteWorkspace
