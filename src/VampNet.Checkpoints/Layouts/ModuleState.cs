using VampNet.Checkpoints.Pickling;

namespace VampNet.Checkpoints.Layouts;

/// <summary>The state dict of a pickled torch.nn.Module, rebuilt as Module.state_dict does: parameters, persistent buffers, then
/// submodules.</summary>
internal static class ModuleState
{
    /// <summary>Whether an object has the state of a module, whatever its class.</summary>
    public static bool IsModule(PickleDict state) => state.TryGet("_parameters", out _) && state.TryGet("_modules", out _);

    /// <summary>Names and tensors in the order of state_dict(). Entries that are None are left out, as PyTorch does.</summary>
    /// <exception cref="CheckpointException">VNC0402 or VNC0403: a submodule or a parameter is something else. VNC0409: modules nest too
    /// deeply, or are too many.</exception>
    public static IReadOnlyList<KeyValuePair<object?, object?>> Flatten(PickleInstance root, CheckpointLimits limits)
    {
        List<KeyValuePair<object?, object?>> entries = [];
        int modules = 0;
        Visit(root, "", 0);
        return entries;

        string Join(string prefix, object? key, string suffix) =>
            key is string name && prefix.Length + name.Length <= limits.NameLength && entries.Count < limits.Tensors
                ? prefix + name + suffix
                : throw new CheckpointException(
                    CheckpointErrorIds.EntryNotATensor,
                    $"a key in the module '{prefix}' that is not text, is too long, or exceeds the number of names",
                    $"at most {limits.Tensors} names of at most {limits.NameLength} characters"
                );

        void Visit(PickleInstance module, string prefix, int depth)
        {
            if (depth > limits.Depth || ++modules > limits.Tensors)
            {
                throw new CheckpointException(
                    CheckpointErrorIds.NestingTooDeep,
                    $"more than {(depth > limits.Depth ? $"{limits.Depth} nested modules" : $"{limits.Tensors} modules")} at '{prefix}'",
                    "the modules of one model"
                );
            }

            if (module.State is not PickleDict state || !IsModule(state))
            {
                throw new CheckpointException(
                    CheckpointErrorIds.GlobalUnknown,
                    $"an object of {module.Type.FullName} at '{prefix}' that is no module",
                    "modules with _parameters and _modules"
                );
            }

            HashSet<object?> transient = [.. (Part(state, "_non_persistent_buffers_set") as PickleSet)?.Items ?? []];
            foreach (
                (object? name, object? value) in Entries(state, "_parameters")
                    .Concat(Entries(state, "_buffers").Where(entry => !transient.Contains(entry.Key)))
            )
            {
                if (value is not null)
                {
                    entries.Add(new(Join(prefix, name, ""), value));
                }
            }

            foreach ((object? name, object? value) in Entries(state, "_modules"))
            {
                if (value is PickleInstance child)
                {
                    Visit(child, Join(prefix, name, "."), depth + 1);
                }
                else if (value is not null)
                {
                    throw new CheckpointException(
                        CheckpointErrorIds.EntryNotATensor,
                        $"a value that is no module among the modules of '{prefix}'",
                        "only modules there"
                    );
                }
            }
        }
    }

    private static object? Part(PickleDict state, string key) => state.TryGet(key, out object? value) ? value : null;

    private static IEnumerable<KeyValuePair<object?, object?>> Entries(PickleDict state, string key) =>
        Part(state, key) switch
        {
            PickleDict dict => dict.Entries,
            null => [],
            _ => throw new CheckpointException(CheckpointErrorIds.EntryNotATensor, $"a {key} that is no dict", "a dict"),
        };
}
