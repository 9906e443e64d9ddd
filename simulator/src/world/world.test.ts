import { expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chats } from './chats.ts'
import { Ledger } from './ledger.ts'
import { samplePicture } from './media.ts'
import { Meter } from './meter.ts'
import { customer, seedWorld } from './seed.ts'
import { keepWorld, restoreWorld } from './state-file.ts'
import type { PhoneNumber } from './types.ts'
import { waIdOf } from './wa-id.ts'
import { World } from './world.ts'

const newWorld = () =>
  new World(seedWorld({ webhookUrl: '', appSecret: 's', verifyToken: 'v', accessToken: 't' }))

test('P6: over any second a number sends its rate and the burst, never more', () => {
  const meter = new Meter()
  const sent: number[] = []
  // Tries a thousand times a second for ten seconds.
  for (let now = 0; now < 10_000; now++) if (meter.allowsNumber('n', 80, now)) sent.push(now)
  for (const at of sent)
    expect(sent.filter((each) => each >= at && each < at + 1_000).length).toBeLessThanOrEqual(101)
  expect(sent.length).toBeGreaterThanOrEqual(800)
  expect(sent.length).toBeLessThanOrEqual(821)
})

test('P6: what comes in counts too', () => {
  const meter = new Meter()
  for (let i = 0; i < 80; i++) meter.countInbound('n', 80, 0)
  expect(meter.allowsNumber('n', 80, 0)).toBe(false)
  expect(meter.allowsNumber('n', 80, 1_000)).toBe(true)
})

test('a pair recovers one message in six seconds', () => {
  const meter = new Meter()
  const burst = Array.from({ length: 50 }, () => meter.allowsPair('n', 'w', 0))
  expect(burst.filter(Boolean)).toHaveLength(45)
  expect(meter.allowsPair('n', 'w', 5_999)).toBe(false)
  expect(meter.allowsPair('n', 'w', 6_000)).toBe(true)
  expect(meter.allowsPair('n', 'w', 6_001)).toBe(false)
  expect(meter.allowsPair('n', 'other', 0)).toBe(true)
})

test('the ledger gives back every row in order, from any row on', () => {
  const ledger = new Ledger<ReturnType<typeof row>>()
  const row = (n: number) => ({
    wamid: `w${n}`,
    phoneNumberId: '1',
    to: '2',
    type: 'text',
    echo: 'a|"b"',
    at: n,
  })
  for (let n = 0; n < 2_500; n++) ledger.add(row(n))
  expect(ledger.count).toBe(2_500)
  expect(ledger.rows()).toEqual(Array.from({ length: 2_500 }, (_, n) => row(n)))
  for (const from of [0, 1, 999, 1_000, 1_001, 2_499, 2_500]) {
    expect(ledger.rows(from).map(({ at }) => at)).toEqual(
      Array.from({ length: 2_500 - from }, (_, n) => from + n),
    )
  }
})

test('chats are kept for the latest; the window of any pair is remembered', () => {
  const chats = new Chats()
  chats.wrote('n', 'w0', 1_000)
  for (let i = 0; i < 2_500; i++) {
    const chat = chats.open('n', `w${i}`)
    chats.add(chat, {
      wamid: `m${i}`,
      from: 'business',
      at: i,
      type: 'text',
      text: '',
      content: {},
      state: 'sent',
    })
  }
  expect(chats.latest(Number.POSITIVE_INFINITY)).toHaveLength(2_000)
  expect(chats.find('n', 'w0')).toBeUndefined()
  expect(chats.find('n', 'w2499')).toBeDefined()
  expect(chats.isWindowOpen('n', 'w0', 1_000 + 86_399_999)).toBe(true)
  expect(chats.isWindowOpen('n', 'w0', 1_000 + 86_400_000)).toBe(false)
  expect(chats.isWindowOpen('n', 'w1', 1_000)).toBe(false)
})

test.each([
  ['+54 11 5638-4310', '5491156384310'],
  ['5491156384310', '5491156384310'],
  ['+55 31 98000-0011', '553180000011'],
  ['+55 11 98000-0011', '5511980000011'],
  ['+57 300 123 4567', '573001234567'],
])('WhatsApp knows %s as %s', (dialled, waId) => {
  expect(waIdOf(dialled)).toBe(waId)
})

test('chats, windows, groups and customers outlive a restart; a broken file is as good as none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  try {
    const file = join(folder, 'state.json')
    const world = newWorld()
    const number = world.numbers.get('100000000000001') as PhoneNumber
    const chat = world.chats.open('100000000000001', '573009998877')
    world.addCustomer({ ...customer('573009998877', 'CO.x', 'Rosa'), isOffline: true })
    world.chats.add(chat, {
      wamid: 'w',
      from: 'customer',
      at: 5,
      type: 'text',
      text: 'hola',
      content: {},
      state: 'read',
    })
    world.chats.wrote('100000000000001', '573009998877', 5)
    world.chats.called('100000000000001', '573009990000', 7)
    world.chats.open('100000000000001', '573009990000')
    const about = { subject: 'Equipo', description: '', joinApprovalMode: 'approval_required' } as const
    const group = world.groups.make('100000000000001', '573000000001', about, 5)
    group.participants.add('573009998877')
    group.joinRequests.set('r', { id: 'r', waId: '573001112233', at: 6 })
    world.chats.wrote('100000000000001', group.id, 8)
    const rosa = world.customer('573009998877')
    world.people.acquaintances.met(number, rosa, 5, true)
    world.people.left('573005550100', 0)
    keepWorld(world, file)
    const again = newWorld()
    restoreWorld(again, file)
    expect(again.chats.find('100000000000001', '573009998877')?.messages).toEqual(chat.messages)
    expect(again.chats.lastInboundAt('100000000000001', '573009998877')).toBe(5)
    expect(again.chats.lastCallAt('100000000000001', '573009990000')).toBe(7)
    expect(again.groups.byLink(group.inviteLink)).toEqual(group)
    expect(again.groups.of('100000000000001')).toEqual([group])
    expect(again.chats.isWindowOpen('100000000000001', group.id, 9)).toBe(true)
    expect(again.customers.get('573009998877')).toMatchObject({ name: 'Rosa', isOffline: true })
    expect(again.customerByUserId('CO.x')?.waId).toBe('573009998877')
    const known = again.customer('573009998877')
    expect(again.people.acquaintances.isInBook(number.businessId, known)).toBe(true)
    // A number that was recycled is still its second owner's.
    expect(again.customer('573005550100').userId).toBe(world.customer('573005550100').userId)
    expect(again.customer('573005550100').generation).toBe(1)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
    const fresh = newWorld()
    restoreWorld(fresh, file)
    expect(fresh.chats.latest(10)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a load test’s millions are not remembered, and are the same people each time', () => {
  const world = newWorld()
  for (let i = 0; i < 6_000; i++) world.customer(`57310${String(i).padStart(7, '0')}`)
  expect(world.customers.size).toBe(5_000)
  expect(world.customer('573100005999')).toEqual(world.customer('573100005999'))
})

test('no wamid comes twice', () => {
  const world = newWorld()
  const wamids = new Set(Array.from({ length: 10_000 }, () => world.newWamid()))
  expect(wamids.size).toBe(10_000)
  for (const wamid of wamids) expect(wamid).toMatch(/^wamid\.[A-Za-z0-9+/]+=*$/)
})

test('the sample picture is a PNG of the size it says', () => {
  const bytes = Buffer.from(samplePicture(16, 8))
  expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([16, 8])
  expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND')
})
