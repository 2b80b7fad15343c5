import * as z from 'zod';

/** What the command line takes from the environment, as the servers take theirs. */
export const CommandLineSettings = z.object({
  token: z.string().min(1).optional().describe('token for the servers that are asked'),
});
