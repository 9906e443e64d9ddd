import { createHash } from 'node:crypto'
import { failureOf } from '../delivery/failures.ts'
import { errorItem, type Value } from '../delivery/values.ts'
import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf } from '../graph/params.ts'
import type { PhoneNumber } from '../world/types.ts'
import { type Group, problemWithTexts } from './group.ts'
import { problemWithPicture, sizeOf } from './picture.ts'

const pictureBytesMax = 5 * 1_048_576

interface Wanted {
  subject?: string
  description?: string
  picture?: Uint8Array
}

/** POST /{group-id}: subject, description, a picture (as `profile_picture_file` of a form); what became of each is told by webhook. */
export async function changeGroup(call: Call, number: PhoneNumber, group: Group): Promise<Response> {
  if (group.isSuspended) return graphError({ code: 131207, details: 'The group is suspended.' })
  const { subject, description, picture } = await wantedOf(call)
  if (subject === undefined && description === undefined && picture === undefined)
    return graphError({ code: 131008, details: 'subject, description or profile_picture_file is required.' })
  if (subject?.trim() === '') return graphError({ code: 100, details: 'subject must not be empty.' })
  const tooLong = problemWithTexts(subject?.trim() ?? '', description ?? '')
  if (tooLong) return graphError({ code: 100, details: tooLong })
  const { settings, groups } = call.simulation
  const problem = picture && problemWithPicture(picture)
  if (problem !== undefined && settings.groupFailures === 'answer')
    return graphError({ code: problem, details: failureOf(problem).details })
  const said = (text: string): Value => ({ text, update_successful: true })
  const parts: Record<string, Value> = {
    ...(picture
      ? {
          profile_picture: {
            mime_type: sizeOf(picture)?.mimeType ?? 'application/octet-stream',
            sha256: createHash('sha256').update(picture).digest('base64'),
            update_successful: problem === undefined,
            ...(problem === undefined ? {} : { errors: [errorItem(failureOf(problem))] }),
          },
        }
      : {}),
    ...(subject === undefined ? {} : { group_subject: said(subject.trim()) }),
    ...(description === undefined ? {} : { group_description: said(description) }),
  }
  const request_id = groups.change(number, group, parts, () => {
    if (subject !== undefined) group.subject = subject.trim()
    if (description !== undefined) group.description = description
  })
  return graphJson({ messaging_product: 'whatsapp', request_id })
}

async function wantedOf(call: Call): Promise<Wanted> {
  const isForm = call.request.headers.get('content-type')?.includes('multipart/form-data') ?? false
  if (!isForm) return textsOf(await paramsOf(call))
  const form = await call.request.formData().catch(() => new FormData())
  const file = form.get('profile_picture_file')
  const isFile = file instanceof Blob && file.size <= pictureBytesMax
  return {
    ...textsOf(Object.fromEntries(form)),
    ...(isFile ? { picture: new Uint8Array(await file.arrayBuffer()) } : {}),
  }
}

function textsOf({ subject, description }: Record<string, unknown>): Wanted {
  return {
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}
