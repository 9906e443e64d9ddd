/** Where the README's pictures go; without it none are taken. */
export const screenshotFolder = (): string | undefined => process.env.PALOMAR_SCREENSHOTS?.trim() || undefined
