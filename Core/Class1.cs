namespace Bot.Core;
