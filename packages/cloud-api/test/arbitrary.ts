import fc from 'fast-check'

export const id = fc.stringMatching(/^[0-9]{5,18}$/)
export const link = fc.webUrl({ validSchemes: ['https'] }).filter((url) => url.length < 200)
export const bsuid = fc.stringMatching(/^(US|BR|CO)\.(ENT\.)?[A-Za-z0-9]{1,128}$/)
