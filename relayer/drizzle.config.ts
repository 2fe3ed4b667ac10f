import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./dist/db/chainTables.js', './dist/db/ownTables.js'],
  out: '../migrations',
});
