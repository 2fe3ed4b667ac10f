import { config } from 'zod';

// Before any schema is made: the policy of the page allows no code from text, which they would try to make.
config({ jitless: true });
