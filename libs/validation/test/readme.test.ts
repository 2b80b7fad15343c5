import { describeReadme } from '@signalbox/testkit/readme';

describeReadme(new URL('../README.md', import.meta.url));
