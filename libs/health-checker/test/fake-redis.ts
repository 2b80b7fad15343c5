/** Answers each command of a chunk, by its name, with a line of the Redis protocol; refuses any other. */
export function redisAnswering(answers: Readonly<Record<string, string>>): (received: Buffer) => string {
  const commands = /\*\d+\r\n\$\d+\r\n(\w+)\r\n/g;
  return (received) =>
    [...received.toString().matchAll(commands)]
      .map(([, name = '']) => `${answers[name.toLowerCase()] ?? `-NOPERM no permission to run '${name}'`}\r\n`)
      .join('');
}
