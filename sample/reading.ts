import { z } from "zod";

const person = z.string().regex(/^[\w.:@-]{1,64}$/, "1 to 64 letters, digits or any of . : @ _ -");
const takenAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString()) // One zone, so that texts sort as times do.
  .default(() => new Date().toISOString());

/** One morning's measurement of one person, as a client sends it. */
export const newReadingSchema = z.object({
  person,
  /** Root mean square of successive differences between heartbeats, in milliseconds. */
  hrvRmssdMs: z.number().min(1).max(300),
  sleepHours: z.number().min(0).max(24),
  takenAt,
});

/** A reading under its id, which makes it safe to send twice. */
export const readingSchema = newReadingSchema.extend({ id: z.string().min(1).max(64) });

export type Reading = Readonly<z.output<typeof readingSchema>>;

/** Whether a text can be a person's name. */
export function isPerson(text: string): boolean {
  return person.safeParse(text).success;
}
