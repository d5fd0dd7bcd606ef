namespace Bot.Simulator.Platform;

/// <summary>A scene QR code made by /cgi-bin/qrcode/create.</summary>
/// <param name="Url">What the picture says when a camera reads it.</param>
/// <param name="Until">Null: permanent.</param>
public sealed record SceneCode(string Scene, string Ticket, string Url, DateTimeOffset? Until);
