// What the main process of im_electron_sdk takes of Electron.
const handlers = new Map()

exports.app = { isPackaged: false }
exports.ipcMain = {
  handle: (channel, handler) => handlers.set(channel, handler),
  removeHandler: (channel) => handlers.delete(channel),
}
exports.handlers = handlers
