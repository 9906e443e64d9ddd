/** A change that goes in a body of its own, because it is large; Meta's bodies have up to 3 MB. */
interface Sized {
  isAlone?: boolean
}

/** Which changes travel together: up to `max`, in their order. */
export function bodiesOf<T extends Sized>(queue: readonly T[], max: number): T[][] {
  const bodies: T[][] = []
  let open: T[] = []
  for (const change of queue) {
    if (change.isAlone) bodies.push([change])
    else if (open.length > 0 && open.length < max) open.push(change)
    else {
      open = [change]
      bodies.push(open)
    }
  }
  return bodies
}
