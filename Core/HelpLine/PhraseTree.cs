namespace Bot.Core.HelpLine;

/// <param name="Phrase">Its number.</param>
/// <param name="Start">Of its first character.</param>
/// <param name="End">After its last.</param>
internal readonly record struct PhraseHit(int Phrase, int Start, int End);

/// <summary>
/// Finds all of many phrases in one pass over a text (Aho and Corasick's automaton). A phrase has one or two parts; between two there may be a
/// few characters.
/// </summary>
internal sealed class PhraseTree
{
    private readonly List<Dictionary<char, int>> _next = [[]];
    private readonly List<int> _fallback = [0];

    /// <summary>Ends of parts at each node, those of its fallbacks included.</summary>
    private readonly List<List<Part>> _ends = [[]];

    /// <summary>Longer than any part and what stands between.</summary>
    private const int Long = 64;

    private readonly int _mostBetween;

    public PhraseTree(IReadOnlyList<string[]> phrases, int mostBetween)
    {
        _mostBetween = mostBetween;
        for (var phrase = 0; phrase < phrases.Count; phrase++)
        {
            for (var part = 0; part < phrases[phrase].Length; part++)
            {
                Add(phrases[phrase][part], new Part(phrase, phrases[phrase][part].Length, part, part == phrases[phrase].Length - 1));
            }
        }

        LinkFallbacks();
    }

    /// <summary>In the order of their ends.</summary>
    public IEnumerable<PhraseHit> Hits(string text)
    {
        // Where first parts ended that still wait for their second: none for most texts.
        Dictionary<int, List<(int Start, int End)>>? begun = null;
        var node = 0;
        for (var at = 0; at < text.Length; at++)
        {
            while (node != 0 && !_next[node].ContainsKey(text[at]))
            {
                node = _fallback[node];
            }

            node = _next[node].GetValueOrDefault(text[at]);
            foreach (var part in _ends[node])
            {
                var (start, end) = (at + 1 - part.Length, at + 1);
                if (part.Index == 0 && part.IsLast)
                {
                    yield return new PhraseHit(part.Phrase, start, end);
                }
                else if (part.Index == 0)
                {
                    begun ??= [];
                    var waiting = begun.TryGetValue(part.Phrase, out var list) ? list : begun[part.Phrase] = [];
                    waiting.RemoveAll(w => w.End + Long < start);
                    waiting.Add((start, end));
                }
                else if (begun?.GetValueOrDefault(part.Phrase)?.FindLastIndex(w => w.End <= start && start - w.End <= _mostBetween) is >= 0 and var found)
                {
                    yield return new PhraseHit(part.Phrase, begun[part.Phrase][found].Start, end);
                }
            }
        }
    }

    private void Add(string text, Part part)
    {
        var node = 0;
        foreach (var character in text)
        {
            if (!_next[node].TryGetValue(character, out var next))
            {
                next = _next.Count;
                _next[node][character] = next;
                _next.Add([]);
                _fallback.Add(0);
                _ends.Add([]);
            }

            node = next;
        }

        _ends[node].Add(part);
    }

    /// <summary>Level by level: a node's fallback is always nearer to the root.</summary>
    private void LinkFallbacks()
    {
        var nodes = new Queue<int>(_next[0].Values);
        while (nodes.TryDequeue(out var node))
        {
            foreach (var (character, next) in _next[node])
            {
                var fallback = _fallback[node];
                while (fallback != 0 && !_next[fallback].ContainsKey(character))
                {
                    fallback = _fallback[fallback];
                }

                _fallback[next] = _next[fallback].TryGetValue(character, out var to) && to != next ? to : 0;
                _ends[next].AddRange(_ends[_fallback[next]]);
                nodes.Enqueue(next);
            }
        }
    }

    private readonly record struct Part(int Phrase, int Length, int Index, bool IsLast);
}
