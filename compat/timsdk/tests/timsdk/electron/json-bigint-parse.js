// In place of a package that im_electron_sdk writes its log with.
exports.parse = JSON.parse
exports.stringify = JSON.stringify
