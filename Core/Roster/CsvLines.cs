using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bot.Core.Roster;

/// <summary>
/// Reads CSV line by line (RFC 4180; any line ending), strictly about quotes and without holding more than a buffer of it. Written by hand
/// because a roster of a million rows spends most of its reading here.
/// </summary>
internal sealed class CsvLines(TextReader text) : IDisposable
{
    /// <summary>Characters in one cell: a quote that is never closed would swallow the rest of the file.</summary>
    private const int MaxCell = 4000;

    /// <summary>In one line, far more than any sheet has that is not meant to do harm.</summary>
    private const int MaxCells = 1000;

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> InQuotes = SearchValues.Create("\"\r\n");

    private readonly char[] _buffer = new char[1 << 16];
    private readonly List<string> _cells = [];
    private readonly string[] _before = [.. Enumerable.Repeat("", RosterReader.MaxColumns)];
    private readonly StringBuilder _quoted = new();
    private int _at;
    private int _end;
    private int _nextLine = 1;

    /// <summary>Where the cells of the last <see cref="Read"/> begin, as an editor counts.</summary>
    public int Line { get; private set; }

    public void Dispose() => text.Dispose();

    /// <returns>Cells, trimmed; null at the end.</returns>
    /// <exception cref="TableException">Quotes do not pair.</exception>
    public string[]? Read()
    {
        Line = _nextLine;
        if (Peek() == '\ufeff' && Line == 1)
        {
            _at++; // a byte order mark, before what may be a quote
        }

        if (Peek() < 0)
        {
            return null;
        }

        _cells.Clear();
        while (true)
        {
            _cells.Add(Peek() == '"' ? Quoted() : Plain());
            var after = Next();
            if (after == ',')
            {
                if (_cells.Count >= MaxCells)
                {
                    throw new TableException(new RosterFault(Line, "", RosterFaults.TooManyColumns, ("limit", RosterReader.MaxColumns.ToString(CultureInfo.InvariantCulture))));
                }

                continue;
            }

            if (after == '\r' && Peek() == '\n')
            {
                _at++;
            }

            _nextLine++;
            return [.. _cells];
        }
    }

    private string Plain()
    {
        var length = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_at + length, _end - _at - length).IndexOfAny(Special);
            if (found >= 0 || !Refill(ref length))
            {
                length = found >= 0 ? length + found : _end - _at;
                break;
            }
        }

        if (length > MaxCell || (_at + length < _end && _buffer[_at + length] == '"'))
        {
            throw Unpaired();
        }

        var cell = Cell(_buffer.AsSpan(_at, length));
        _at += length;
        return cell;
    }

    /// <summary>Paths, kinds and categories mostly stand in the line before, too: the same text is one string.</summary>
    private string Cell(ReadOnlySpan<char> written)
    {
        if (written.IsEmpty)
        {
            return "";
        }

        var column = _cells.Count;
        if (column < _before.Length && written.SequenceEqual(_before[column]))
        {
            return _before[column];
        }

        var cell = RosterTable.Clean(written);
        if (column < _before.Length)
        {
            _before[column] = cell;
        }

        return cell;
    }

    private string Quoted()
    {
        _quoted.Clear();
        _at++;
        while (true)
        {
            if (Peek() < 0 || _quoted.Length > MaxCell)
            {
                throw Unpaired();
            }

            var found = _buffer.AsSpan(_at, _end - _at).IndexOfAny(InQuotes);
            var length = found < 0 ? _end - _at : found;
            _quoted.Append(_buffer, _at, Math.Min(length, MaxCell + 1));
            _at += length;
            if (found < 0)
            {
                continue;
            }

            var c = Next();
            if (c == '"' && Peek() != '"')
            {
                break;
            }

            _at += c == '"' ? 1 : 0;
            _quoted.Append((char)c);
            _nextLine += c == '\n' || (c == '\r' && Peek() != '\n') ? 1 : 0;
        }

        return Peek() is ',' or '\r' or '\n' or < 0 ? RosterTable.Clean(_quoted.ToString()) : throw Unpaired();
    }

    private int Peek()
    {
        var none = 0;
        return _at < _end || Refill(ref none) ? _buffer[_at] : -1;
    }

    private int Next()
    {
        var c = Peek();
        _at += c < 0 ? 0 : 1;
        return c;
    }

    /// <param name="seen">Set to how many characters after the present place have been looked at.</param>
    /// <returns>False at the end of the text.</returns>
    private bool Refill(ref int seen)
    {
        seen = _end - _at;
        if (seen > MaxCell)
        {
            throw Unpaired();
        }

        _buffer.AsSpan(_at, seen).CopyTo(_buffer);
        _at = 0;
        var read = text.Read(_buffer, seen, _buffer.Length - seen);
        _end = seen + read;
        return read > 0;
    }

    private TableException Unpaired() => new(new RosterFault(Line, "", RosterFaults.Quotes));
}
