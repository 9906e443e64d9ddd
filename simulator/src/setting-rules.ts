/** What a setting takes, and how that is said to whoever gave something else. */
export interface SettingRule {
  takes(value: unknown): boolean
  says: string
}

export const between = (min: number, max: number): SettingRule => ({
  takes: (value) => typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max,
  says: `from ${min} to ${max}`,
})

export const oneOf = (...words: string[]): SettingRule => ({
  takes: (value) => words.some((word) => word === value),
  says: words.join(' or '),
})

export const flag: SettingRule = { takes: (value) => typeof value === 'boolean', says: 'true or false' }
