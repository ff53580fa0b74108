using Google.Protobuf.Collections;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>The default operator domain has two spellings, "" and "ai.onnx"; the representation uses the first.</summary>
internal static class OpsetDomain
{
    /// <summary>The spelling that the representation uses.</summary>
    public static string Normalize(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>Reads the imports, each domain once.</summary>
    /// <exception cref="OnnxException">A domain twice (<see cref="DiagnosticIds.DuplicateEntry"/>).</exception>
    public static void ReadImports(RepeatedField<OperatorSetIdProto> imports, OrderedDictionary<string, int> into, string where)
    {
        foreach (OperatorSetIdProto import in imports)
        {
            if (!into.TryAdd(Normalize(import.Domain), (int)Math.Clamp(import.Version, 0, int.MaxValue)))
            {
                throw new OnnxException(
                    DiagnosticIds.DuplicateEntry,
                    found: $"the operator set '{Normalize(import.Domain)}' imported twice by {where}",
                    expected: "each domain once",
                    advice: "Remove one import"
                );
            }
        }
    }

    /// <summary>Writes the imports, keeping the file's spelling of those that did not change.</summary>
    public static void WriteImports(OrderedDictionary<string, int> imports, RepeatedField<OperatorSetIdProto> into)
    {
        var known = into.ToList();
        into.Clear();
        foreach ((string domain, int version) in imports)
        {
            into.Add(
                known.Find(import => Normalize(import.Domain) == domain && import.Version == version)
                    ?? new OperatorSetIdProto { Domain = domain, Version = version }
            );
        }
    }
}
