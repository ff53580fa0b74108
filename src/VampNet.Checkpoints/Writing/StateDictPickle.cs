using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Writing;

/// <summary>The pickle of <c>{"state_dict": OrderedDict, "metadata": dict}</c> as torch.save writes it: each tensor on a storage of its
/// own.</summary>
/// <remarks>torch/_utils.py, _rebuild_tensor_v2; torch/serialization.py, _save.persistent_id.</remarks>
internal static class StateDictPickle
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<TensorEntry> tensors, MetadataValue metadata, MetadataValue moduleVersions)
    {
        PickleWriter pickle = new();
        pickle.Dict([
            () =>
            {
                pickle.Text("state_dict");
                StateDict(pickle, tensors, moduleVersions);
            },
            () =>
            {
                pickle.Text("metadata");
                Value(pickle, metadata);
            },
        ]);
        return pickle.Finish();
    }

    /// <summary>The pickle of a dict of tensors and nothing else.</summary>
    public static ReadOnlyMemory<byte> WriteBare(IReadOnlyList<TensorEntry> tensors)
    {
        PickleWriter pickle = new();
        pickle.Dict(Tensors(pickle, tensors));
        return pickle.Finish();
    }

    private static Action[] Tensors(PickleWriter pickle, IReadOnlyList<TensorEntry> tensors) =>
        [
            .. tensors.Select(
                (tensor, key) =>
                    (Action)(
                        () =>
                        {
                            pickle.Text(tensor.Name);
                            Tensor(pickle, tensor, key);
                        }
                    )
            ),
        ];

    private static void StateDict(PickleWriter pickle, IReadOnlyList<TensorEntry> tensors, MetadataValue moduleVersions)
    {
        pickle.OrderedDict(Tensors(pickle, tensors));
        if (moduleVersions is MetadataValue.Mapping { Entries: { IsEmpty: false } versions })
        {
            pickle.Build(() =>
                pickle.Dict([
                    () =>
                    {
                        pickle.Text("_metadata");
                        pickle.OrderedDict(Entries(pickle, versions));
                    },
                ])
            );
        }
    }

    private static void Tensor(PickleWriter pickle, TensorEntry tensor, int key)
    {
        string storage =
            tensor.ElementType.StorageName()
            ?? throw new ArgumentException(
                $"Tensor '{tensor.Name}': PyTorch has no storage class for {tensor.ElementType.TorchName()}; write .safetensors instead.",
                nameof(tensor)
            );
        pickle.Call(
            () => pickle.Global("torch._utils", "_rebuild_tensor_v2"),
            () =>
                pickle.Tuple(
                    () =>
                        pickle.PersistentId(() =>
                            pickle.Tuple(
                                () => pickle.Text("storage"),
                                () => pickle.Global("torch", storage),
                                () => pickle.Text(key.ToString(CultureInfo.InvariantCulture)),
                                () => pickle.Text("cpu"),
                                () => pickle.Integer(tensor.ElementCount)
                            )
                        ),
                    () => pickle.Integer(0),
                    () => Integers(pickle, tensor.Shape),
                    () => Integers(pickle, Strides(tensor.Shape)),
                    () => pickle.Boolean(false),
                    () => pickle.OrderedDict([])
                )
        );
    }

    /// <summary>Row-major strides; PyTorch counts an empty axis as one.</summary>
    private static ImmutableArray<long> Strides(ImmutableArray<long> shape)
    {
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= Math.Max(shape[axis], 1);
        }

        return [.. strides];
    }

    private static void Integers(PickleWriter pickle, ImmutableArray<long> values) =>
        pickle.Tuple([.. values.Select(value => (Action)(() => pickle.Integer(value)))]);

    private static void Value(PickleWriter pickle, MetadataValue value)
    {
        switch (value)
        {
            case MetadataValue.None:
                pickle.None();
                break;
            case MetadataValue.Boolean boolean:
                pickle.Boolean(boolean.Value);
                break;
            case MetadataValue.Integer integer:
                pickle.Integer(integer.Value);
                break;
            case MetadataValue.Real real:
                pickle.Real(real.Value);
                break;
            case MetadataValue.Text text:
                pickle.Text(text.Value);
                break;
            case MetadataValue.Mapping mapping:
                pickle.Dict(Entries(pickle, mapping.Entries));
                break;
            case MetadataValue.Bytes bytes:
                pickle.Call(
                    () => pickle.Global("_codecs", "encode"),
                    () => pickle.Tuple(() => pickle.Text(Encoding.Latin1.GetString(bytes.Value.AsSpan())), () => pickle.Text("latin1"))
                );
                break;
            case MetadataValue.Sequence { Kind: MetadataValue.SequenceKind.List } list:
                pickle.List(Items(pickle, list));
                break;
            case MetadataValue.Sequence { Kind: MetadataValue.SequenceKind.Tuple } tuple:
                pickle.Tuple([.. Items(pickle, tuple)]);
                break;
            case MetadataValue.Sequence set:
                pickle.Call(() => pickle.Global("__builtin__", "set"), () => pickle.Tuple(() => pickle.List(Items(pickle, set))));
                break;
            default:
                throw new ArgumentException(
                    $"The metadata value {MetadataJson.Excerpt(value)} cannot be written: only plain values can.",
                    nameof(value)
                );
        }
    }

    private static ImmutableArray<Action> Items(PickleWriter pickle, MetadataValue.Sequence sequence) =>
        [.. sequence.Items.Select(item => (Action)(() => Value(pickle, item)))];

    private static ImmutableArray<Action> Entries(
        PickleWriter pickle,
        ImmutableArray<KeyValuePair<MetadataValue, MetadataValue>> entries
    ) =>
        [
            .. entries.Select(entry =>
                (Action)(
                    () =>
                    {
                        Value(pickle, entry.Key);
                        Value(pickle, entry.Value);
                    }
                )
            ),
        ];
}
