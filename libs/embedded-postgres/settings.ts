/** Sized for one service on a small machine; a caller may override these. */
const sizes = {
  shared_buffers: '32MB',
  max_connections: '60',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  max_worker_processes: '4',
  // Parallel queries take shared memory from /dev/shm, of which a container has 64 MB.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  io_method: 'sync',
  autovacuum: 'on',
  timezone: 'UTC',
}

/** What the promises rest on; nobody overrides these. */
const promises = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // The feed waits for the oldest transaction of the whole cluster, so one forgotten prepared transaction would stop it.
  max_prepared_transactions: '0',
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  password_encryption: 'scram-sha-256',
  // Nothing replicates from a private cluster.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
}

/**
 * The log holds what the server says about itself. Level `log` leaves out errors of statements, whose text quotes values; terse leaves
 * out DETAIL, which quotes rows and, after a crash, the statement. The prefix carries the SQLSTATE (%e), by which we read our own log.
 */
const discretion = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_statement: 'none',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %e ',
}

/** The arguments of `postgres`, all settings included: the file in the cluster stays as initdb wrote it. */
export const serverArguments = (cluster: string, socketDirectory: string, overrides: Readonly<Record<string, string>> = {}): string[] => {
  const settings = { ...sizes, ...overrides, ...promises, ...discretion, unix_socket_directories: `"${socketDirectory}"` }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
