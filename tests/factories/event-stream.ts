import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect } from 'vitest';

/** A client of Server-Sent Events that keeps what it hears. */
export interface EventStream {
  readonly status: number;
  readonly headers: Headers;
  /** The events until now. */
  readonly events: EventSourceMessage[];
  /** The comments until now. */
  readonly comments: string[];
  /** The text until now. */
  text(): string;
  /** Resolves when so many events are there. */
  heard(count: number, timeout?: number): Promise<EventSourceMessage[]>;
  /** Resolves when the other side has ended the stream. */
  readonly ended: Promise<void>;
  /** Goes away without a word. */
  cut(): void;
}

/** Opens a stream and reads it as it comes. */
export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const gone = new AbortController();
  const answer = await fetch(url, { headers, signal: gone.signal });
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  let text = '';
  const parser = createParser({ onEvent: (event) => events.push(event), onComment: (each) => comments.push(each) });
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) {
      const chunk = decoder.decode(bytes, { stream: true });
      text += chunk;
      parser.feed(chunk);
    }
  };
  const ended = read();
  ended.catch(() => {});
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    comments,
    text: () => text,
    heard: async (count, timeout = 5000) => {
      await expect.poll(() => events.length, { timeout, interval: 10 }).toBeGreaterThanOrEqual(count);
      return events;
    },
    ended,
    cut: () => gone.abort(),
  };
}
