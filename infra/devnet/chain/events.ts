import type { Interface, Log, LogDescription } from 'ethers';

/** Topic 0 of the event's logs. */
export function eventTopic(contract: Interface, event: string): string {
  const fragment = contract.getEvent(event);
  if (!fragment) throw new Error(`the interface has no event ${event}`);
  return fragment.topicHash;
}

/** The event that the log holds; it must be one of the interface's. */
export function readEvent(contract: Interface, log: Pick<Log, 'topics' | 'data'>): LogDescription {
  const event = contract.parseLog(log);
  if (!event) throw new Error(`the interface has no event with topic ${log.topics[0] ?? 'none'}`);
  return event;
}
