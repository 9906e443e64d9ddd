/** Messages that name files of ours: Meta's ids are known before an attempt is recorded, and nobody else waits. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { newId, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Lanes } from '../src/lanes/lanes.ts'
import type { FileAnswer, FileQuestion, MetaFiles } from '../src/meta-files.ts'
import { Company, FakeGraph, ledgerDatabase, startLanes } from './harness.ts'

let ledger: Awaited<ReturnType<typeof ledgerDatabase>>
const running: Lanes[] = []
beforeAll(async () => {
  ledger = await ledgerDatabase()
})
afterEach(async () => {
  for (const lanes of running.splice(0)) await lanes.stop()
})
afterAll(() => ledger.close())

/** Media in this process: answers as it is told, and remembers what it was asked. */
class FakeMedia implements MetaFiles {
  readonly asked: FileQuestion[][] = []
  answer: (question: FileQuestion) => FileAnswer | Promise<FileAnswer> = () => idOf('700')
  async resolve(questions: readonly FileQuestion[]): Promise<FileAnswer[]> {
    this.asked.push([...questions])
    return Promise.all(questions.map((question) => this.answer(question)))
  }
}
const idOf = (metaMediaId: string): FileAnswer => ({ metaMediaId, refusalCode: '', detail: '' })
const later = idOf('')

const to = '541156384310'
async function company(): Promise<Company> {
  const made = new Company(ledger.db)
  await made.tell()
  await made.openWindow(to)
  return made
}

function withImage(mine: Company, mediaId = newId('media')) {
  const content = JSON.stringify({ type: 'image', image: { id: mediaId, caption: 'hola' } })
  return mine.row({ type: 'image', content, laneClassName: 'reply' })
}
const plain = (mine: Company) =>
  mine.row({
    type: 'text',
    content: JSON.stringify({ type: 'text', text: { body: 'hola' } }),
    laneClassName: 'reply',
  })

async function start(graph: FakeGraph, files: MetaFiles): Promise<Lanes> {
  const lanes = await startLanes(ledger.db, ledger.metrics, { graph, files })
  running.push(lanes)
  return lanes
}

test('M17: what Meta gets is its own id of the file; one question serves many messages, and the body kept is ours', async () => {
  const [graph, media, mine] = [new FakeGraph(), new FakeMedia(), await company()]
  const mediaId = newId('media')
  const rows = [1, 2, 3].map(() => withImage(mine, mediaId))
  await mine.accept(...rows)
  await start(graph, media)
  await eventually(async () => expect(await mine.states()).toEqual({ sent: 3 }), { timeoutMs: 30_000 })
  for (const { body } of graph.requests) expect(body.image).toEqual({ id: '700', caption: 'hola' })
  expect([...graph.counts().values()]).toEqual([1, 1, 1])
  const questions = media.asked.flat()
  expect(questions.length).toBeLessThanOrEqual(3)
  expect(questions[0]).toEqual({ tenantId: mine.tenantId, numberId: mine.numberId, mediaId: uuidOf(mediaId) })
  expect((await mine.read(rows[0]?.id ?? '')).row.content).toContain(mediaId)
})

test('media away or not ready: the row waits without an attempt, and the lane goes on with the others', async () => {
  const [graph, media, mine] = [new FakeGraph(), new FakeMedia(), await company()]
  media.answer = () => Promise.reject(new Error('away'))
  const image = withImage(mine)
  await mine.accept(image, plain(mine), plain(mine))
  await start(graph, media)
  await eventually(async () => expect(await mine.states()).toEqual({ queued: 1, sent: 2 }), {
    timeoutMs: 30_000,
  })
  await eventually(() => expect(media.asked.length).toBeGreaterThan(0))
  const { row, attempts } = await mine.read(image.id)
  expect(attempts).toEqual([])
  expect(row.due_at.getTime()).toBeGreaterThan(Date.now())
  // Not spinning: asked about once while it rests.
  expect(media.asked.length).toBeLessThanOrEqual(2)
  media.answer = (() => {
    let times = 0
    return () => (times++ === 0 ? later : idOf('701'))
  })()
  await eventually(async () => expect(await mine.states()).toEqual({ sent: 3 }), { timeoutMs: 60_000 })
  expect(graph.requests.at(-1)?.body.image).toMatchObject({ id: '701' })
})

test('a file that Meta will never take fails its message with the code, without an attempt', async () => {
  const [graph, media, mine] = [new FakeGraph(), new FakeMedia(), await company()]
  media.answer = () => ({ metaMediaId: '', refusalCode: 'media_refused', detail: 'Graph 131053' })
  const image = withImage(mine)
  await mine.accept(image)
  await start(graph, media)
  await eventually(async () => expect(await mine.states()).toEqual({ failed: 1 }), { timeoutMs: 30_000 })
  const { row, attempts } = await mine.read(image.id)
  expect(row.failure_code).toBe('media_refused')
  expect(attempts).toEqual([])
  expect(graph.requests).toEqual([])
})

test('CONTRACTS 22: an owner that goes between the answer and the attempt leaves a queued row, sent once by the next', async () => {
  const [graph, media, mine] = [new FakeGraph(), new FakeMedia(), await company()]
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<FileAnswer>()
  media.answer = () => {
    asked.resolve()
    return answered.promise
  }
  const image = withImage(mine)
  await mine.accept(image)
  const first = await start(graph, media)
  await asked.promise
  // It stops while the question is under way: what it learns comes too late for an attempt of its own.
  const stopping = first.stop()
  answered.resolve(idOf('702'))
  await stopping
  running.length = 0
  expect((await mine.read(image.id)).attempts.length).toBe(0)
  media.answer = () => idOf('703')
  await start(graph, media)
  await eventually(async () => expect(await mine.states()).toEqual({ sent: 1 }), { timeoutMs: 60_000 })
  expect([...graph.counts().values()]).toEqual([1])
  expect((await mine.read(image.id)).attempts).toHaveLength(1)
})
