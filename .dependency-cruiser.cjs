/** The arrows of DESIGN §6: routes → commands/queries → database, all → domain. `npm run check:imports` holds them. */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-nothing',
      comment: 'The rules are pure: src/domain knows only itself and pure libraries.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/|^node_modules/(any-ascii|edtf|normalize-url)/' },
    },
    {
      name: 'database-below-everything',
      comment: 'src/database knows the domain and itself; the settings only as a type.',
      severity: 'error',
      from: { path: '^src/database/' },
      to: {
        path: '^src/',
        pathNot: '^src/(database|domain)/|^src/start-error\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'commands-and-queries-know-no-http',
      comment: 'They are called by routes, the importer and scripts alike.',
      severity: 'error',
      from: { path: '^src/(database|formats)/|^src/modules/.+/(commands|queries)\\.ts$' },
      to: { path: '^src/http/|^src/modules/.+/routes\\.ts$|^node_modules/(fastify|@fastify|fastify-)' },
    },
    {
      name: 'routes-never-touch-the-database',
      comment: 'A route asks a command or a query.',
      severity: 'error',
      from: { path: '^src/modules/.+/routes\\.ts$' },
      to: {
        path: '^src/database/(pool|transaction|prepare|embedded|migrations|generated/)|^node_modules/(pg|@prisma)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-server-is-above-everything',
      comment: 'Only main, the workers and the app itself put the parts together.',
      severity: 'error',
      from: { path: '^src/(domain|database|http|modules|formats)/' },
      to: { path: '^src/(main|key|app|serve|service-file|workers|shutdown|greeting|logger)\\.ts$' },
    },
    {
      name: 'the-command-line-is-a-client',
      comment: 'src/cli speaks HTTP: it reaches into nothing of the service but the domain and the formats.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/', pathNot: '^src/(cli|domain|formats)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/database/generated/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
