using System.Text;
using Bot.Server.Operator;
using CsvHelper;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Bot.Server.Staff;

/// <summary>Sends a sheet as a file, row by row.</summary>
internal sealed class SheetResult(Sheet sheet, bool asWorkbook) : IActionResult
{
    private const int BufferSize = 64 * 1024;

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (response, ct) = (context.HttpContext.Response, context.HttpContext.RequestAborted);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(sheet.Name + (asWorkbook ? ".xlsx" : ".csv"));
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = asWorkbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
        await (asWorkbook ? Workbook.WriteAsync(response.BodyWriter, sheet, ct) : WriteCsvAsync(response.Body, ct));
    }

    private async Task WriteCsvAsync(Stream body, CancellationToken ct)
    {
        // With a byte order mark: Excel takes it for GBK otherwise.
        await using var text = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), BufferSize, leaveOpen: true);
        await using var csv = new CsvWriter(text, CsvFiles.Settings(), leaveOpen: true);
        foreach (var line in new[] { sheet.Title, sheet.AsOf }.Where(line => line.Length > 0))
        {
            csv.WriteField(line);
            await csv.NextRecordAsync();
        }

        foreach (var heading in sheet.Headings)
        {
            csv.WriteField(heading);
        }

        await csv.NextRecordAsync();
        foreach (var row in sheet.Rows)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var cell in row)
            {
                csv.WriteField(cell.ToString());
            }

            await csv.NextRecordAsync();
        }

        await csv.FlushAsync();
        await text.FlushAsync(ct);
    }
}
