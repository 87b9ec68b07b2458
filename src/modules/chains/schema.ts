import { z } from 'zod';
import { clockQuery } from '../../http/clocks.ts';
import { attributionAnswer } from '../attributions/schema.ts';
import { sourceReference, uuidField } from '../fields.ts';
import { takenSideField } from '../vocabulary.ts';

/** On whose word a claim rests (DESIGN §3): everything that was said of it, who passes on what, and where the chains end. */
export const chainAnswer = z
  .strictObject({
    claim: z.strictObject({ id: uuidField, slug: z.string() }),
    nodes: z.array(attributionAnswer).describe('Every attribution of the claim, live or not, the oldest first.'),
    edges: z
      .array(
        z.strictObject({
          from: uuidField.describe('The relay.'),
          to: uuidField.describe('The attribution that it passes on.'),
        }),
      )
      .describe('Who passes on what.'),
    origins: z
      .array(
        z.strictObject({
          source: sourceReference.describe('Raised to the organization that it speaks for, and to the top of that.'),
          anonymous: z.boolean().describe('The unnamed people of this host.'),
          side: takenSideField,
          attributions: z.array(uuidField).describe('The live attributions by which it takes this side.'),
          echoes: z.int().describe('Live relays whose chain ends in one of them.'),
        }),
      )
      .describe('On whose word it rests: those for it first, the most echoed first.'),
  })
  .meta({
    id: 'Chain',
    examples: [
      {
        claim: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a71', slug: 'refund' },
        nodes: [],
        edges: [{ from: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a63', to: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a62' }],
        origins: [
          {
            source: { id: '019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a92', slug: 'bloomberg', name: 'Bloomberg' },
            anonymous: true,
            side: 'for',
            attributions: ['019ac3f1-7c1e-7d5a-9b0e-2f6f3f0c9a62'],
            echoes: 2,
          },
        ],
      },
    ],
  });

/** The query of `claims/{claim}/chain`. */
export const chainQuery = z.strictObject({ ...clockQuery.shape });
