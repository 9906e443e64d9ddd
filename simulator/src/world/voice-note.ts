/** The bytes of an Ogg page's checksum: CRC-32 with polynomial 0x04c11db7, not reflected. RFC 3533, section 6. */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}

/** One Ogg page with whole packets, each shorter than 255 bytes. `flags`: 2 begins the stream, 4 ends it. */
function page(sequence: number, granule: bigint, packets: readonly Uint8Array[], flags = 0): Buffer {
  const header = Buffer.alloc(27)
  header.write('OggS', 0, 'latin1')
  header.writeUInt8(flags, 5)
  header.writeBigUInt64LE(granule, 6)
  header.writeUInt32LE(0x70616c6f, 14)
  header.writeUInt32LE(sequence, 18)
  header.writeUInt8(packets.length, 26)
  const made = Buffer.concat([header, Uint8Array.from(packets.map(({ length }) => length)), ...packets])
  made.writeUInt32LE(checksum(made), 22)
  return made
}

/** A voice note of three seconds in which nobody speaks: Opus in Ogg, made here so that there is no file to ship. RFC 7845. */
export function silentVoiceNote(): Uint8Array {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0, 'latin1')
  head.set([1, 1], 8)
  head.writeUInt32LE(48_000, 12)
  const vendor = Buffer.from('palomar')
  const tags = Buffer.alloc(16 + vendor.length)
  tags.write('OpusTags', 0, 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  vendor.copy(tags, 12)
  // 20 ms each, mono, a CELT frame of silence. RFC 6716, section 3.1.
  const silence = Uint8Array.of(0xf8, 0xff, 0xfe)
  const frames = 150
  return Buffer.concat([
    page(0, 0n, [head], 2),
    page(1, 0n, [tags]),
    page(
      2,
      BigInt(frames * 960),
      Array.from({ length: frames }, () => silence),
      4,
    ),
  ])
}
