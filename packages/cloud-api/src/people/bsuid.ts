const bsuid = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/

/** Whether a text is a business-scoped user id, or a parent one. Case counts. */
export const isBsuid = (text: string): boolean => bsuid.test(text)
