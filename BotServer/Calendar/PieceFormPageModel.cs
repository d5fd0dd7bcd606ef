using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Pushes;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>Somebody else saved while this editor was typing.</summary>
/// <param name="Theirs">The newest version.</param>
/// <param name="Changes">From what the editor began with to theirs.</param>
/// <param name="Mine">From theirs to what is typed here.</param>
internal sealed record EditConflict(PieceVersion Theirs, IReadOnlyList<FieldDifference> Changes, IReadOnlyList<FieldDifference> Mine);

/// <summary>The editor's form, of a new piece or of one that is there.</summary>
internal abstract class PieceFormPageModel(CurrentStaff staff, Pictures pictures, ContentLibrary content, AudienceDesk audiences) : StaffPageModel(staff)
{
    [BindProperty]
    public PieceForm Form { get; set; } = new();

    /// <summary>The version that the editor began with; 0 for a new piece.</summary>
    [BindProperty]
    public int Seen { get; set; }

    /// <summary>Which button: save, submit, question, picture.</summary>
    [BindProperty]
    public string? Do { get; set; }

    /// <summary>仍然发送: a push that equals another of these days is meant.</summary>
    [BindProperty]
    public bool Again { get; set; }

    [BindProperty]
    public IFormFile? Upload { get; set; }

    public PieceKind Kind { get; protected set; }

    public List<PieceFault> Faults { get; } = [];

    public string? Problem { get; protected set; }

    /// <summary>The push that this one equals, while that has to be confirmed.</summary>
    public PushTwin? Twin { get; protected set; }

    public EditConflict? Conflict { get; protected set; }

    /// <summary>Open the questions' part with one more, empty.</summary>
    public bool HasNewQuestion { get; private set; }

    /// <summary>What is typed belongs to this place on this device until it is saved.</summary>
    public abstract string MemoryKey { get; }

    public abstract string Action { get; }

    /// <summary>The organisation that it goes out under; 0 where there is none.</summary>
    public abstract int PlaceId { get; }

    /// <summary>Null for a new piece.</summary>
    public virtual int? PieceId => null;

    public IEnumerable<PieceFault> FaultsOf(string field) => Faults.Where(f => f.Field == field);

    /// <returns>Null where something typed cannot be read; <see cref="Faults"/> say what.</returns>
    protected async Task<PieceText?> ReadAsync(CancellationToken ct)
    {
        var text = Form.Read(Kind, Faults);
        if (Kind != PieceKind.Push)
        {
            return text;
        }

        var audience = await audiences.ReadAsync(Form.Audience, PlaceId, Faults, ct);
        return Faults.Count > 0 ? null : text! with { Audience = audience };
    }

    /// <summary>The buttons that save nothing: one more question, a picture for the text.</summary>
    /// <returns>False when something is to be saved.</returns>
    protected async Task<bool> OnlyFormAsync(CancellationToken ct)
    {
        HasNewQuestion = Do == "question";
        if (Do != "picture")
        {
            return HasNewQuestion;
        }

        if ((await StoreAsync(Upload, ct)).IsRefused(out var refusal, out var address))
        {
            Faults.Add(new PieceFault("picture", null, null, content.Reply(refusal.Code)));
        }
        else
        {
            Form.Body = $"{Form.Body?.TrimEnd()}\n\n![]({address})\n";
        }

        return true;
    }

    protected async Task<Result<string>> StoreAsync(IFormFile? upload, CancellationToken ct)
    {
        if (upload is null || upload.Length == 0)
        {
            return Pictures.NotPicture;
        }

        if (upload.Length > Pictures.MaxBytes)
        {
            return Pictures.TooBig;
        }

        var bytes = new byte[upload.Length];
        await using var stream = upload.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, ct);
        return await pictures.AddAsync(Viewer, bytes, ct);
    }
}
