import type { Field } from '../field.ts'

/** `pages.locationMessages` */
export function checkLocation(location: Field): void {
  if (!location.object()) return
  location.get('latitude').number('latitude')
  location.get('longitude').number('longitude')
  location.get('name').optional((field) => field.text('locationName'))
  location.get('address').optional((field) => field.text('locationAddress'))
}
