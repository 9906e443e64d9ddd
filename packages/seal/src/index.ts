export { hashIdentity } from './identity.ts'
export { generateKey, type Key } from './key.ts'
export { type Keyring, keyringOf, parseKeyring } from './keyring.ts'
export { needsReseal, open, opensWith, openText, seal, unwrapKey, wrapKey } from './seal.ts'
