import { describeReadme } from '@signalbox/testkit/readme';

describeReadme(new URL('../README.md', import.meta.url), { SIGNALBOX_PORT: '0', SIGNALBOX_LOG_LEVEL: 'silent' });
