// The main process of an Electron app with im_electron_sdk, which carries out the lines that it is given: what a renderer process
// would send, and what it would hear.
const readline = require('node:readline')
const electron = require('electron')
const TimMain = require('im_electron_sdk/dist/main')

new TimMain({ sdkappid: 1 })

const say = (value) => console.log(`@${JSON.stringify(value)}`)
const renderer = {
  send(_channel, text) {
    const { callbackKey, responseData } = JSON.parse(text)
    say({ callback: callbackKey, data: responseData })
  },
}

async function carryOut(line) {
  const request = JSON.stringify({ ...JSON.parse(line), windowID: 1 })
  const answer = await electron.handlers.get('TIMIPCLISTENR')({ sender: renderer }, request)
  say({ answer: answer === undefined ? null : JSON.parse(answer) })
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  carryOut(line).catch((error) => say({ answer: { code: -1, desc: String(error) } }))
})
