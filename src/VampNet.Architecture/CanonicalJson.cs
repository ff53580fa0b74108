using System.Text;
using System.Text.Json;

namespace VampNet.Architecture;

/// <summary>Writes one compact JSON object; the caller's order of members is kept.</summary>
internal static class CanonicalJson
{
    public static string Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
