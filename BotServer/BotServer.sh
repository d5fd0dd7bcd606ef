#!/bin/sh
# The command of the docs, beside the program in the published folder.
exec dotnet "$(dirname "$(readlink -f "$0")")/Bot.Server.dll" "$@"
