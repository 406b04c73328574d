import { type Check, fail, ok, warn } from './finding.ts'

const neededMajor = 26
const ownerOnly = 0o600

const node: Check = {
  name: 'node',
  remedy: 'run it as `npx chancery`, which brings its own Node',
  async look({ call }) {
    const version = call.surroundings.nodeVersion
    const isNewEnough = Number(version.split('.')[0]) >= neededMajor
    return isNewEnough ? ok(`Node ${version}`) : fail(`Node ${version} is older than ${neededMajor}`, node.remedy)
  },
}

const quickstartFile: Check = {
  name: 'quickstart',
  remedy: 'run this as the user that runs the server, or name its folder with --data-dir',
  async look({ call }) {
    const { quickstart } = call.settings
    if (quickstart === undefined)
      return warn('no quickstart.json was found', 'start the server with `npm start`, or name its folder with --data-dir')
    const mode = await call.surroundings.fileMode(quickstart.path)
    if (mode === ownerOnly) return ok(quickstart.path)
    return fail(`${quickstart.path} has mode ${mode.toString(8).padStart(4, '0')} and holds secrets`, `chmod 600 ${quickstart.path}`)
  },
}

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80')

const addresses: Check = {
  name: 'addresses',
  remedy: 'give a URL as https://host:port',
  async look({ call }) {
    const { settings, surroundings } = call
    const chosen = new URL(settings.baseUrl())
    const written = settings.quickstart?.baseUrl
    if (written !== undefined && URL.canParse(written) && new URL(written).origin !== chosen.origin) {
      return warn(
        `${chosen.origin} is asked, while quickstart.json says ${written}`,
        'leave out --url and CHANCERY_URL, or name the right --data-dir',
      )
    }
    const port = surroundings.env['CHANCERY_PORT']
    if (port && port !== '0' && port !== portOf(chosen)) {
      return warn(`CHANCERY_PORT is ${port}, while ${chosen.origin} is asked`, 'restart the server, or unset CHANCERY_PORT')
    }
    return ok(chosen.origin)
  },
}

/** What can be seen without a server. */
export const machineChecks: readonly Check[] = [node, quickstartFile, addresses]
