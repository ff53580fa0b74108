using System.Globalization;
using System.Text.Json;
using VampNet.Checkpoints.Dac;
using VampNet.Cli.Display;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Inspection;

/// <summary>A .dac file, ready to be shown.</summary>
/// <param name="file">The file.</param>
/// <param name="dac">Its contents.</param>
internal sealed class DacPage(FileInfo file, DacFile dac) : IInspectionPage
{
    private int Chunks => (dac.Frames + dac.ChunkLength - 1) / dac.ChunkLength;

    private double Seconds => (double)dac.OriginalLength / dac.SampleRate;

    private int LargestCode => dac.Codes.Length == 0 ? 0 : dac.Codes.Max();

    public void Write(Terminal terminal) =>
        terminal.WriteFacts(
            ("file", file.FullName),
            ("layout", $"a recording of descript-audio-codec, version {DacFile.Version}"),
            ("size", VerdictTable.FormatBytes(file.Length)),
            (
                "recording",
                Text($"{Seconds:0.###} s: {dac.OriginalLength:N0} samples at {dac.SampleRate:N0} Hz, {Plural(dac.Channels, "channel")}")
            ),
            ("loudness", string.Join(", ", dac.InputLoudness.Select(loudness => Text($"{loudness:0.##} LUFS")))),
            ("codes", Text($"[{dac.Channels}, {dac.Codebooks}, {dac.Frames}], up to {LargestCode}")),
            (
                "coded in",
                dac.IsPadded
                    ? $"{Plural(Chunks, "chunk")} of {dac.ChunkLength:N0} frames, decoded with padding"
                    : $"{Plural(Chunks, "window")} of {dac.ChunkLength:N0} frames that overlap, decoded without padding"
            ),
            ("to decode", $"vampnet decode {Quoted(file.ToString())} OUT.wav --models DIR, with a codec of {dac.Codebooks} codebooks")
        );

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("file", file.FullName);
        json.WriteString("layout", "dac");
        json.WriteNumber("bytes", file.Length);
        json.WriteString("dac_version", DacFile.Version);
        json.WriteNumber("channels", dac.Channels);
        json.WriteNumber("codebooks", dac.Codebooks);
        json.WriteNumber("frames", dac.Frames);
        json.WriteNumber("largest_code", LargestCode);
        json.WriteNumber("chunk_length", dac.ChunkLength);
        json.WriteBoolean("padding", dac.IsPadded);
        json.WriteNumber("original_length", dac.OriginalLength);
        json.WriteNumber("sample_rate", dac.SampleRate);
        json.WriteNumber("seconds", Seconds);
        json.WriteStartArray("input_db");
        foreach (float loudness in dac.InputLoudness)
        {
            json.WriteNumberValue(loudness);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Plural(int count, string what) => Text($"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
