import { expect, it } from 'vitest'
import { serverArguments } from './settings.ts'

it('an override replaces a size and never a promise', () => {
  const given = serverArguments('/data/postgres', '/tmp/socket', {
    shared_buffers: '64MB',
    fsync: 'off',
    unix_socket_directories: '/elsewhere',
  })
  expect(given).toContain('shared_buffers=64MB')
  expect(given).toContain('fsync=on')
  expect(given).toContain('unix_socket_directories="/tmp/socket"')
  expect(given.filter((argument) => /^(?:shared_buffers|fsync|unix_socket_directories)=/.test(argument))).toHaveLength(3)
})
