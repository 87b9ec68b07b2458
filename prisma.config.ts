import { defineConfig } from 'prisma/config';

// `prisma generate` asks for a native schema engine that it would download and then not use. Pointing it at any executable
// keeps it off the network. Migrations are applied by src/database/migrations.ts, the drift check uses the WebAssembly engine.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
