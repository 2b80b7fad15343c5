// What main.ts knows by its message: the modules after this one are loaded and compiled, but do not run.
throw new Error('loaded, not run');
