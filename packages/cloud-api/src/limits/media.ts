import { pages } from '../pages.ts'
import { page } from './limit.ts'

const media = page(pages.media)
const kb = 1024
const mb = 1024 * 1024

/** Of a file, by what it is sent as. */
export const mediaLimits = {
  imageBytes: media.bytes(5 * mb),
  videoBytes: media.bytes(16 * mb),
  audioBytes: media.bytes(16 * mb),
  documentBytes: media.bytes(100 * mb),
  staticStickerBytes: media.bytes(100 * kb),
  animatedStickerBytes: media.bytes(500 * kb),
  /** Larger ones are shown as a video. */
  gifBytes: media.bytes(3.5 * mb),
}
