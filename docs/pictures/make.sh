#!/usr/bin/env bash
# Takes the pictures of this folder anew, from the simulator with its samples. Needs what the build needs, and Debian's
# chromium, chromium-driver and fonts-noto-cjk. Look at each before you commit it.
set -euo pipefail
cd "$(dirname "$0")/../.."
BOT_PICTURES="$PWD/docs/pictures" dotnet run --project tests -p:Pictures=true -- -class Bot.Tests.House.Pictures
