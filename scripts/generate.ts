/** Generates the Prisma client from prisma/schema.prisma: what `prisma generate` does, without the rest of Prisma's command line. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// Node cannot load what these packages offer as ES modules.
const require = createRequire(import.meta.url);
const { PrismaClientTsGenerator } =
  require('@prisma/client-generator-ts') as typeof import('@prisma/client-generator-ts');
const { getConfig, getDMMF } = require('@prisma/internals') as typeof import('@prisma/internals');
const { enginesVersion } = require('@prisma/engines-version') as typeof import('@prisma/engines-version');

const schemaPath = fileURLToPath(new URL('../prisma/schema.prisma', import.meta.url));
const datamodel = readFileSync(schemaPath, 'utf8');
const { generators, datasources } = await getConfig({ datamodel });
const [generator, ...otherGenerators] = generators;
if (!generator?.output?.value) throw new Error('prisma/schema.prisma has no generator with an output.');
generator.output.value = resolve(dirname(schemaPath), generator.output.value);

await new PrismaClientTsGenerator().generate({
  generator,
  otherGenerators,
  schemaPath,
  datamodel,
  datasources,
  dmmf: await getDMMF({ datamodel }),
  version: enginesVersion,
});
