using System.Text.Json;

namespace VampNet.Cli.Inspection;

/// <summary>The result of <c>inspect</c> for one path, ready to be shown.</summary>
internal interface IInspectionPage
{
    /// <summary>Shows it to a person.</summary>
    void Write(Terminal terminal);

    /// <summary>Writes it as one JSON object.</summary>
    void WriteJson(Utf8JsonWriter json);
}
