using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Lessons;

/// <summary>
/// The YAML of a lesson file's front matter, from somebody who may mean harm or mistype: no anchors, hardly any depth, no name twice. Each
/// fault is noted with its place and reading goes on where it can.
/// </summary>
internal sealed class LessonYaml(List<FileFault> faults)
{
    /// <summary>A list of questions, each with a list of options, is 4 deep.</summary>
    private const int MaxDepth = 8;

    private readonly List<ParsingEvent> _events = [];
    private readonly List<ParsingEvent> _kept = [];
    private int _at;

    /// <returns>Null when there is nothing to go on with.</returns>
    public YamlMappingNode? Read(string yaml)
    {
        var lines = yaml.Split('\n');
        foreach (var i in Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith('\t')))
        {
            faults.Add(new FileFault(i + 2, 1, "缩进用了制表符，请改成空格。"));
        }

        if (lines.Any(line => line.StartsWith('\t')))
        {
            return null; // YAML would complain of another line
        }

        try
        {
            if (!Scan(new Parser(new StringReader(yaml))))
            {
                return null;
            }

            KeepOnce();
            var stream = new YamlStream();
            stream.Load(new Replay(_kept));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return root;
            }
        }
        catch (YamlException e)
        {
            Fault(e.Start, "这里不是正确的 YAML(常见原因：缩进没对齐、冒号后面没有空格、引号没有配对)。");
            return null;
        }

        faults.Add(new FileFault(2, 1, "--- 之间要写成“名称: 值”的形式。"));
        return null;
    }

    /// <summary>Aliases can stand for billions of values, and depth can use up the stack: neither reaches the tree.</summary>
    private bool Scan(Parser parser)
    {
        var depth = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            {
                Fault(current.Start, "不能用 YAML 的锚点和引用(& 和 *),请把内容写全;文字以 & 或 * 开头时加引号。");
                return false;
            }

            if (depth > MaxDepth)
            {
                Fault(current.Start, "层数太多。");
                return false;
            }

            _events.Add(current);
        }

        return true;
    }

    private void KeepOnce()
    {
        while (_at < _events.Count)
        {
            Node(isKept: true);
        }
    }

    /// <summary>Takes one node with all that is in it; of entries with the same name only the first.</summary>
    private void Node(bool isKept)
    {
        var current = Take(isKept);
        if (current is MappingStart)
        {
            var names = new HashSet<string>();
            while (_events[_at] is not MappingEnd)
            {
                var isNew = _events[_at] is not Scalar name || names.Add(name.Value);
                if (!isNew)
                {
                    Fault(_events[_at].Start, $"“{((Scalar)_events[_at]).Value}”写了两次。");
                }

                Node(isKept && isNew);
                Node(isKept && isNew);
            }

            Take(isKept);
        }
        else if (current is SequenceStart)
        {
            while (_events[_at] is not SequenceEnd)
            {
                Node(isKept);
            }

            Take(isKept);
        }
    }

    private ParsingEvent Take(bool isKept)
    {
        var current = _events[_at++];
        if (isKept)
        {
            _kept.Add(current);
        }

        return current;
    }

    /// <summary>One line more than YAML counts: the file's opening ---.</summary>
    private void Fault(Mark mark, string reason) => faults.Add(new FileFault(mark.Line + 1, mark.Column, reason));

    private sealed class Replay(List<ParsingEvent> events) : IParser
    {
        private int _at = -1;

        public ParsingEvent? Current => _at >= 0 && _at < events.Count ? events[_at] : null;

        public bool MoveNext() => ++_at < events.Count;
    }
}
