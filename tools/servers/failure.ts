/** Something a person must act on. `message` is the one clear line that says what happened and what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
