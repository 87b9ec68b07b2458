/**
 * Proves that prisma/schema.prisma and prisma/migrations say the same, as far as Prisma can see, and that
 * `prisma migrate deploy` would find nothing to do after our own migrations. Exits with 1 and the difference otherwise.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { type MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrations.ts';

const prisma = fileURLToPath(new URL('../prisma', import.meta.url));
const schema = { path: join(prisma, 'schema.prisma'), content: readFileSync(join(prisma, 'schema.prisma'), 'utf8') };
const filters = { externalTables: [], externalEnums: [] };

/** The columns of PostgreSQL's one-letter type "char" in the engine's questions, as they stand there. */
const LETTERS = /constr\.contype AS constraint_type|con\.conf(?:del|upd)type(?=,\s+(?:con\.|rel_ns))/g;
const LETTER_NAMES = new Set(['constraint_type', 'confdeltype', 'confupdtype']);

/** The adapter does not know that type. So the letters come as text, and the engine is told that each is one character. */
class EngineAdapter extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const sql = query.sql.replace(LETTERS, (column) => {
        const [expression = column, name = column.slice(4)] = column.split(' AS ');
        return `${expression}::text AS ${name}`;
      });
      const result = await queryRaw({ ...query, sql });
      const columnTypes = result.columnTypes.map((type, index) =>
        LETTER_NAMES.has(result.columnNames[index] ?? '') ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'onrecord-drift-'));
chmodSync(folder, 0o711);
const server = await startEmbedded(folder, { settings: { fsync: 'off', shared_buffers: '32MB' } });
try {
  await migrate({ ownerUrl: server.ownerUrl, serviceRole: 'onrecord' });
  const wrong = await differences(server.ownerUrl);
  for (const line of wrong) process.stderr.write(`${line}\n`);
  if (wrong.length === 0) process.stdout.write('prisma/schema.prisma and prisma/migrations agree.\n');
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function differences(url: string): Promise<string[]> {
  const adapter = bindMigrationAwareSqlAdapterFactory(new EngineAdapter({ connectionString: url }));
  const engine = await SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => {}, adapter);
  const history = await engine.diagnoseMigrationHistory({
    migrationsList: migrations(),
    optInToShadowDatabase: false,
    filters,
  });
  const difference = await engine.diff({
    from: { tag: 'schemaDatasource', files: [schema], configDir: prisma },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: false,
    exitCode: true,
    filters,
  });
  engine.free();
  return [
    ...history.editedMigrationNames.map((name) => `Prisma takes the migration ${name} for changed.`),
    ...history.failedMigrationNames.map((name) => `Prisma takes the migration ${name} for failed.`),
    ...(history.history ? [`Prisma would not find its history as it expects: ${JSON.stringify(history.history)}`] : []),
    ...(difference.exitCode === 0 ? [] : [`From the migrated database to prisma/schema.prisma:\n${difference.stdout}`]),
  ];
}

function migrations(): MigrationList {
  const baseDir = join(prisma, 'migrations');
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: readdirSync(baseDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const value = readFileSync(join(baseDir, name, 'migration.sql'), 'utf8');
        return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}
