namespace Bot.Jobs;
