using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VampNet.Cli.Display;

/// <summary>JSON on the output: indented, one object, nothing else.</summary>
internal static class JsonDisplay
{
    // The output is a terminal or a file, never a web page: names keep their own letters.
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes one JSON value.</summary>
    /// <param name="terminal">Terminal to write to.</param>
    /// <param name="write">Writes it.</param>
    public static void WriteJson(this Terminal terminal, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        terminal.Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
